"""What the customer's templates ask for: a rule's text, and a moment, in the customer's language."""

from django import template

from shouwen.portal.words import here, moment

register = template.Library()
register.filter("here", here)
register.filter("said", moment)
