/** Waiting for a condition of another process. */
/** Between two looks. */
const POLL_MS = 25;
/**
 * Asks `look` until it answers something else than undefined or false, and gives that.
 * @throws {Error} naming `what`, after `timeoutMs`; an error of `look` at once
 */
export async function until(what, look, options = {}) {
    const timeoutMs = options.timeoutMs ?? 20000;
    const endMs = performance.now() + timeoutMs;
    for (;;) {
        const seen = await look();
        if (seen !== undefined && seen !== false)
            return seen;
        if (performance.now() > endMs)
            throw new Error(`within ${timeoutMs} ms it did not happen: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
}
