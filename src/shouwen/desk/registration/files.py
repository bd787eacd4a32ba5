"""随附文件: files that come with a registration. What is refused does not lose the complaint: it is registered, and said so."""

from django.contrib import messages
from django.utils.translation import gettext as _

from shouwen.casework import files
from shouwen.core.complaint import Complaint
from shouwen.core.refusal import Refusal
from shouwen.desk.middleware import DeskRequest
from shouwen.desk.templatetags.texts import in_reader_language

FIELD = "files"


def take_files(request: DeskRequest, complaint: Complaint) -> None:
    """Attach what was chosen, each file for itself; tell by its name each one that was not taken, and why."""
    for position, file in enumerate(request.FILES.getlist(FIELD)):
        name = files.safe_name(file.name or "")
        try:
            complaint = files.attach(
                complaint,
                files.checked(name, file.read(files.MOST_BYTES + 1)),
                actor=request.actor,
                key=f"register:{request.POST.get('key', '')}:file:{position}",
            )
        except Refusal as refusal:
            messages.error(
                request,
                _("The complaint is registered. The file “%(name)s” was not taken: %(why)s")
                % {"name": name, "why": in_reader_language(refusal.message)},
            )
