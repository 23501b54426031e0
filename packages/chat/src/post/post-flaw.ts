/** What can be wrong with the bytes of a post. Facts: docs/chat.md, *Post*, *Rooms by kind*, *Bodies*. */

/**
 * `bytes`: they end too early, go on after the signature, or hold a longer VarInt than needed or a string that is no UTF-8.
 * `room kind`: the room does not take posts of that kind. `room proof`: one too short, or by a
 * key that yields another room, or a key or signature of no sound form.
 * `time`: only of a draft, that no u64 or no number holds exactly.
 */
export type PostFlaw =
  | 'bytes'
  | 'version'
  | 'author'
  | 'room'
  | 'room kind'
  | 'time'
  | 'parents'
  | 'body length'
  | 'body'
  | 'room proof'
  | 'signature'
