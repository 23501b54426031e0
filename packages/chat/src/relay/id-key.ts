/** Ids as keys of maps: a character for each byte. */
export function idKey(id: Buffer): string {
  return id.toString('latin1')
}
