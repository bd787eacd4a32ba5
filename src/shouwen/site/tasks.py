"""Jobs that keep the job queue itself in order (后台任务的自我修复)."""

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
