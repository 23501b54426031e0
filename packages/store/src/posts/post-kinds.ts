/** Kinds of posts of which the store makes more than rows, and where some of them stand. Source: docs/chat.md, *Post* and *Rooms by kind*. */

export const POST_KIND = { profile: 2, retract: 4, direct: 16, private: 17 } as const

/** From here on kinds are encrypted: their posts may take something back, and direct messages may have to be tried. */
export const FIRST_ENCRYPTED_KIND: number = POST_KIND.direct

/** Takes direct messages. */
export const DIRECT_ROOM = '_dm'
