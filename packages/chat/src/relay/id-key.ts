/** Ids as keys of maps: a character for each byte. */
export function idKey(id: Buffer): string {
  return id.latin1Slice(0, 32)
}
