/** Waits for the first byte of a connection, which tells what its client speaks. */
import type { Socket } from 'node:net'
import type { Clock } from '@dchat/system'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

/** A JSON value of ours begins with a brace or a bracket; no HTTP method does. */
export function isLineClient(first: Buffer): boolean {
  return first[0] === OPEN_BRACE || first[0] === OPEN_BRACKET
}

/**
 * Calls `onFirst` with what comes first, the socket paused. One that sends nothing in time, or ends before, is destroyed.
 * @param wait.firstByteMs undefined: as long as it likes
 */
export function readFirst(
  socket: Socket,
  wait: { readonly clock: Clock; readonly firstByteMs: number | undefined },
  onFirst: (chunk: Buffer) => void,
): void {
  const onSilence = (): void => {
    socket.destroy()
  }
  const { clock, firstByteMs } = wait
  const timer = firstByteMs === undefined ? undefined : clock.setTimer(firstByteMs, onSilence, { background: true })
  const cancel = (): void => timer?.cancel()
  socket.once('end', onSilence)
  socket.once('close', cancel)
  socket.once('data', (chunk: Buffer) => {
    cancel()
    socket.removeListener('end', onSilence)
    socket.removeListener('close', cancel)
    socket.pause()
    onFirst(chunk)
  })
  socket.resume()
}
