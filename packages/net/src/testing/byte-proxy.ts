/** A TCP proxy that hands the bytes of both directions on in other pieces. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { rawServer } from './raw-server.ts'
import type { RawServer } from './raw-server.ts'

/**
 * Forwards to a port of 127.0.0.1.
 * @param nextSize - the size of the next piece, at least 1; each is written alone, in a turn of the event loop of its own
 */
export function byteProxy(port: number, nextSize: () => number): Promise<RawServer> {
  return rawServer((near) => {
    near.setNoDelay(true)
    const far = connect({ port, host: '127.0.0.1', noDelay: true })
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
    forward(near, far, nextSize)
    forward(far, near, nextSize)
  })
}

function forward(from: Socket, to: Socket, nextSize: () => number): void {
  const waiting: Buffer[] = []
  let isBusy = false
  const next = (): void => {
    const chunk = waiting.shift()
    isBusy = chunk !== undefined
    if (chunk === undefined) return
    const size = nextSize()
    if (size < chunk.length) waiting.unshift(chunk.subarray(size))
    to.write(chunk.subarray(0, size), () => setImmediate(next))
  }
  from.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    if (!isBusy) next()
  })
  from.on('end', () => {
    const endWhenDone = (): void => void (isBusy ? setImmediate(endWhenDone) : to.end())
    endWhenDone()
  })
}
