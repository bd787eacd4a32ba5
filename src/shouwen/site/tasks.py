"""Jobs that keep the job queue itself (后台任务的自我修复) and the sessions in order."""

from django.contrib.sessions.backends.db import SessionStore
from procrastinate import JobContext
from procrastinate.contrib.django import app

KEEP_FINISHED_HOURS = 72


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Gives a job whose worker was killed to another worker. Procrastinate finds such jobs but does nothing by itself."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await context.app.job_manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="remove_finished_jobs", pass_context=True)
async def remove_finished_jobs(context: JobContext, timestamp: int) -> None:
    """Removes jobs that succeeded three days ago; those that failed stay for the administrator to see."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_HOURS)


@app.periodic(cron="57 3 * * *")
@app.task(name="site.forget_sessions", queueing_lock="site.forget_sessions")
def forget_sessions(timestamp: int) -> None:
    """Every night: sessions that have ended. A customer's half-filled page lies in one, sealed, until then."""
    SessionStore.clear_expired()
