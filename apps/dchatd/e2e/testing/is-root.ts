/** Tests that mount, or act as another user, are for root: others skip them, and where CI is set a skipped test counts as failed. */
export const isRoot: boolean = process.getuid?.() === 0
if (!isRoot) console.warn('Tests that mount a file system or act as another user are skipped: they need root.')
