"""Roles in words: keys of the catalogues."""

ROLES = {
    "manager": "Manager",
    "facilitator": "Fieldwork",
    "researcher": "Research",
    "accreditor": "Accreditation",
    "admin": "Administrator of the instance",
}
MAY = {
    "manager": "Sets up waves, opens and closes them, publishes results, gives roles.",
    "facilitator": "Follows who was reached, invites, prints, types paper; reads results.",
    "researcher": "Reads results, asks for parts of them, takes single answers for a stated "
    "purpose.",
    "accreditor": "Only reads what was published, until a day.",
}
