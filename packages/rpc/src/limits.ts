/** What bounds the RPC on both sides. */

/** Bytes of one request: a line, a WebSocket message or an HTTP body. The largest useful one is a `send` of 64 KiB of text. */
export const MAX_REQUEST_BYTES: number = 1_048_576

/** Bytes of one answer a client takes: `recv` gives up to 8 MiB of text, of which JSON escapes may make six times that. */
export const MAX_ANSWER_BYTES: number = 64 * 1_048_576

/** Calls of one client that wait for their answer; a server works on 64 of a connection at a time. */
export const MAX_PENDING_CALLS: number = 1_024

/** Bytes a client holds for a server that does not read. */
export const MAX_UNSENT_BYTES: number = 8 * 1_048_576

/** Bytes of a Unix socket's path, the smallest bound among systems being 104 with its final NUL. */
export const MAX_SOCKET_PATH_BYTES: number = 103

/** Bytes of UTF-8 in one line of the chat: what the daemon puts into one frame. */
export const MAX_TEXT_BYTES: number = 65_536

/** Bytes of UTF-8 in the body of a post: a line that is signed. */
export const MAX_POST_TEXT_BYTES: number = 8_192

/** Characters of the name of a method, of a client with read markers, or of what a filter names. */
export const MAX_NAME_CHARACTERS: number = 128

/** Characters of the name of a room. */
export const MAX_ROOM_CHARACTERS: number = 64

/** Characters of what is searched for. */
export const MAX_QUERY_CHARACTERS: number = 256

/** Characters of a word, or a nick, that speaks to somebody: shorter ones would match everywhere. */
export const MIN_HIGHLIGHT_CHARACTERS: number = 2

/** Characters of a highlight word: longer than any nick. */
export const MAX_HIGHLIGHT_CHARACTERS: number = 64

/** Highlight words: each line of others is searched for all of them as it is stored. */
export const MAX_HIGHLIGHTS: number = 100

/** Characters of a passphrase that locks an identity: shorter ones can be tried through. */
export const MIN_PASSPHRASE_CHARACTERS: number = 8

/** Characters of a passphrase: longer ones add nothing. */
export const MAX_PASSPHRASE_CHARACTERS: number = 1_024

/** Characters of an invitation to a private room: 11, a name of 64 (some of which count twice), 44, and some white space around it. */
export const MAX_INVITATION_CHARACTERS: number = 256

/** Keys and nicks of those whom one rekey shuts out. */
export const MAX_SHUT_OUT: number = 64

/** Characters of an exported identity with the keys of 1,000 private rooms, quoted in a letter. */
export const MAX_IDENTITY_CHARACTERS: number = 524_288

/** Characters of the path of a file, as the system bounds it. */
export const MAX_PATH_CHARACTERS: number = 4_096

/** Characters of an address, a ban's target, or whatever else names a host. */
export const MAX_ADDRESS_CHARACTERS: number = 1_024

/** Lines of one page of `chat.history` or `chat.export`. */
export const MAX_PAGE_LINES: number = 1_000

/** How long `chat.history` waits for a line. */
export const MAX_WAIT_MS: number = 60_000

/** Hours of a ban: ten years. */
export const MAX_BAN_HOURS: number = 87_600
