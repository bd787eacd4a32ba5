"""Which page is open to whom: one table, asked by the middleware for every request. A page that is not in it opens for nobody.

This is about pages. What may be done to which complaint stands in `core.duties`, and is asked by the one door and by
`casework.queries.visible_to`; a page here that shows complaints is open to everyone who may see any.
"""

from shouwen.core.duties import INTAKE, Duty

SIGNED_IN = frozenset(Duty) | {None}
CASEWORK = frozenset(Duty) - {Duty.ADMINISTRATOR}
ADMINISTRATION = frozenset({Duty.ADMINISTRATOR})
REGISTRATION = INTAKE
HOTLINE = frozenset({Duty.HOTLINE_AGENT, Duty.HOTLINE_SUPERVISOR})
PUBLIC = None

PAGES: dict[str, frozenset[Duty | None] | None] = {
    "site:healthz": PUBLIC,
    "site:readyz": PUBLIC,
    "set_language": PUBLIC,
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
    "desk:hotline": HOTLINE,
    "desk:hotline_call": HOTLINE,
    "desk:hotline_done": HOTLINE,
    "desk:case": CASEWORK,
    "desk:clock": CASEWORK,
    "desk:reveal": CASEWORK,
    "desk:act": CASEWORK,
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
}


def may_open(page: str, duties: frozenset[Duty]) -> bool:
    """Whether a signed-in person with these duties may open the page of this name."""
    if page not in PAGES:
        return False
    allowed = PAGES[page]
    return allowed is PUBLIC or None in allowed or not duties.isdisjoint(allowed)
