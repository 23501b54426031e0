/** Puts text on the clipboard through the terminal (OSC 52), over ssh too. */
import { MAX_COPY_BYTES } from '../limits.ts'

/** The sequence that asks the terminal to copy `text`; null when it is longer than terminals take. */
export function copySequence(text: string): string | null {
  const bytes = Buffer.from(text)
  return bytes.length > MAX_COPY_BYTES ? null : `\u001b]52;c;${bytes.toString('base64')}\u0007`
}
