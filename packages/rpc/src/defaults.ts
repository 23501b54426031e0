/** What stands for optional parameters that are left out: in the schemas, and in what answers a call. */

/** The room that is shared with reference nodes. */
export const DEFAULT_ROOM: string = 'dchat'
/** Lines of a page of `chat.history`. */
export const DEFAULT_HISTORY_LIMIT: number = 50
/** Lines `chat.search` finds. */
export const DEFAULT_SEARCH_LIMIT: number = 50
/** Whose read markers are meant where no client is named. */
export const DEFAULT_CLIENT: string = 'default'
/** Lines of a page of `chat.export`. */
export const DEFAULT_EXPORT_LIMIT: number = 1_000
/** Hours a ban lasts. */
export const DEFAULT_BAN_HOURS: number = 24
