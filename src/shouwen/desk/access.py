"""Which page is open to whom: one table, asked by the middleware for every request. A page that is not in it opens for nobody.

This is about pages. What may be done to which complaint stands in `core.duties`, and is asked by the one door and by
`casework.queries.visible_to`; a page here that shows complaints is open to everyone who may see any.
"""

from shouwen.core.duties import INTAKE, Duty

SIGNED_IN = frozenset(Duty) | {None}
CASEWORK = frozenset(Duty) - {Duty.ADMINISTRATOR}
ADMINISTRATION = frozenset({Duty.ADMINISTRATOR})
OUTBOX = ADMINISTRATION | {Duty.HOTLINE_SUPERVISOR}
REGISTRATION = INTAKE
OPINION_BOOK = frozenset({Duty.CLERK, Duty.UNION_OFFICER})
SLIPS = frozenset({Duty.UNION_OFFICER, Duty.OFFICE_OFFICER, Duty.HOTLINE_SUPERVISOR})
MAILBOX = frozenset({Duty.HOTLINE_AGENT, Duty.HOTLINE_SUPERVISOR})
HOTLINE = frozenset({Duty.HOTLINE_AGENT, Duty.HOTLINE_SUPERVISOR})
REVISITS = frozenset({Duty.CONTACT, Duty.LEADER, Duty.UNION_OFFICER, Duty.HOTLINE_SUPERVISOR})
PUBLIC = None

PAGES: dict[str, frozenset[Duty | None] | None] = {
    "site:healthz": PUBLIC,
    "site:readyz": PUBLIC,
    "set_language": PUBLIC,
    "portal:complain": PUBLIC,
    "portal:story": PUBLIC,
    "portal:place": PUBLIC,
    "portal:contact": PUBLIC,
    "portal:proof": PUBLIC,
    "portal:check": PUBLIC,
    "portal:done": PUBLIC,
    "portal:done_file": PUBLIC,
    "portal:track": PUBLIC,
    "portal:status": PUBLIC,
    "portal:add": PUBLIC,
    "portal:correct": PUBLIC,
    "portal:withdraw": PUBLIC,
    "portal:survey": PUBLIC,
    "portal:review": PUBLIC,
    "portal:letter": PUBLIC,
    "portal:letter_pdf": PUBLIC,
    "portal:leave": PUBLIC,
    "account_login": PUBLIC,
    "account_logout": PUBLIC,
    "account_change_password": SIGNED_IN,
    "account_set_password": SIGNED_IN,
    "account_inactive": PUBLIC,
    "account_reauthenticate": SIGNED_IN,
    "api:openapi-view": SIGNED_IN,
    # A token, not a session, opens these (`api.guard`); the description holds nothing of the bank's.
    "api:openapi-json": PUBLIC,
    "api:api-root": PUBLIC,
    "api:elsewhere": PUBLIC,
    "api:complaints": PUBLIC,
    "api:complaints_bulk": PUBLIC,
    "api:complaint": PUBLIC,
    "api:complaint_statements": PUBLIC,
    "api:complaint_files": PUBLIC,
    "api:policy": PUBLIC,
    "api:units": PUBLIC,
    "tokens:overview": ADMINISTRATION,
    "tokens:revoke": ADMINISTRATION,
    "desk:home": SIGNED_IN,
    "desk:tasks": CASEWORK,
    "desk:complaints": CASEWORK,
    "desk:preview": CASEWORK,
    "desk:find": CASEWORK,
    "desk:register": REGISTRATION,
    "desk:register_draft": REGISTRATION,
    "desk:register_discard": REGISTRATION,
    "desk:register_due": REGISTRATION,
    "desk:register_earlier": REGISTRATION,
    "desk:register_done": REGISTRATION,
    "desk:register_book": OPINION_BOOK,
    "desk:register_book_done": OPINION_BOOK,
    "desk:register_slips": SLIPS,
    "desk:register_slips_template": SLIPS,
    "desk:register_slips_preview": SLIPS,
    "desk:register_slips_rejects": SLIPS,
    "desk:hotline": HOTLINE,
    "desk:hotline_call": HOTLINE,
    "desk:hotline_done": HOTLINE,
    "desk:case": CASEWORK,
    "desk:clock": CASEWORK,
    "desk:reveal": CASEWORK,
    "desk:act": CASEWORK,
    "desk:act_draft": CASEWORK,
    "desk:units": CASEWORK,
    "desk:attachments": CASEWORK,
    "desk:attachment": CASEWORK,
    "desk:letter_slip": CASEWORK,
    "desk:letter_slip_pdf": CASEWORK,
    "desk:letter_reply": CASEWORK,
    "desk:letter_reply_pdf": CASEWORK,
    "desk:letter_receipt": CASEWORK,
    "desk:letter_receipt_pdf": CASEWORK,
    "desk:letter_decline": CASEWORK,
    "desk:letter_decline_pdf": CASEWORK,
    "desk:letter_superior": CASEWORK,
    "desk:letter_superior_pdf": CASEWORK,
    "desk:letter_supervision": CASEWORK,
    "desk:letter_supervision_pdf": CASEWORK,
    "desk:letter_supervision_answer": CASEWORK,
    "desk:letter_supervision_answer_pdf": CASEWORK,
    "desk:supervision": CASEWORK,
    "desk:supervision_behind": CASEWORK,
    "desk:supervision_slips": CASEWORK,
    "desk:mails": MAILBOX,
    "desk:mail": MAILBOX,
    "desk:mail_register": MAILBOX,
    "desk:mail_dismiss": MAILBOX,
    "desk:revisits": REVISITS,
    "desk:revisit_plan": REVISITS,
    "desk:revisit_draw": REVISITS,
    "desk:revisit_plan_end": REVISITS,
    "desk:revisits_drawn": REVISITS,
    "desk:revisit": REVISITS,
    "desk:revisit_number": REVISITS,
    "desk:policy": SIGNED_IN,
    "desk:organisation": SIGNED_IN,
    "desk:unit": SIGNED_IN,
    "desk:calendar": SIGNED_IN,
    "desk:set_password": PUBLIC,
    "desk:unit_new": ADMINISTRATION,
    "desk:unit_edit": ADMINISTRATION,
    "desk:unit_move": ADMINISTRATION,
    "desk:unit_close": ADMINISTRATION,
    "desk:unit_reopen": ADMINISTRATION,
    "desk:unit_people": ADMINISTRATION,
    "desk:staff_new": ADMINISTRATION,
    "desk:staff": ADMINISTRATION,
    "desk:staff_edit": ADMINISTRATION,
    "desk:staff_duty": ADMINISTRATION,
    "desk:duty_end": ADMINISTRATION,
    "desk:staff_state": ADMINISTRATION,
    "desk:password_code": ADMINISTRATION,
    "desk:absence": ADMINISTRATION,
    "desk:absence_end": ADMINISTRATION,
    "desk:organisation_import": ADMINISTRATION,
    "desk:organisation_preview": ADMINISTRATION,
    "desk:organisation_rejects": ADMINISTRATION,
    "desk:organisation_template": ADMINISTRATION,
    "desk:calendar_exception": ADMINISTRATION,
    "desk:outbox": OUTBOX,
    "desk:outbox_resend": OUTBOX,
    "desk:outbox_cancel": OUTBOX,
    "desk:wordings": ADMINISTRATION,
    "desk:wording": ADMINISTRATION,
    "desk:wording_restore": ADMINISTRATION,
}


def may_open(page: str, duties: frozenset[Duty]) -> bool:
    """Whether a signed-in person with these duties may open the page of this name."""
    if page not in PAGES:
        return False
    allowed = PAGES[page]
    return allowed is PUBLIC or None in allowed or not duties.isdisjoint(allowed)
