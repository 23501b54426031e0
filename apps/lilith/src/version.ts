/** Of the program; equals package.json. */
export const VERSION = '0.1.0'
/** The git commit the program was built from, with `-dirty` when files were changed; null for what was not built from a checkout. */
export const COMMIT: string | null = typeof BUILD_COMMIT === 'string' ? BUILD_COMMIT : null

/** Put in by the build. */
declare const BUILD_COMMIT: unknown
