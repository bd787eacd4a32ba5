"""Personal data in text (个人信息脱敏): found, sealed behind placeholders, brought back, shown in part. No keys here."""

from shouwen.core.masking.forms import Kind, compact, is_identity_number, normalise
from shouwen.core.masking.partial import mask, mask_card, mask_email, mask_identity, mask_name, mask_phone
from shouwen.core.masking.placeholders import Find, Sealed, seal, seal_whole, unseal, worded

__all__ = [
    "Find",
    "Kind",
    "Sealed",
    "compact",
    "is_identity_number",
    "mask",
    "mask_card",
    "mask_email",
    "mask_identity",
    "mask_name",
    "mask_phone",
    "normalise",
    "seal",
    "seal_whole",
    "unseal",
    "worded",
]
