/** Of those that wait or came to nothing: the jobs of ten thousand videos, which may be added at once. */
export const MAX_UNDONE_JOBS = 60_000;
/** Of those that are done, the newest stay: more than anybody looks through. */
export const MAX_DONE_JOBS = 50_000;
/** What a queue may hold that comes from elsewhere: also those for the pictures of new videos, which are never refused. */
export const MAX_JOBS = MAX_UNDONE_JOBS + MAX_DONE_JOBS + 10_000;
