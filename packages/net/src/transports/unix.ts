/** Unix stream sockets, `unix:///absolute/path`. Wire: docs/wire.md, *Transports*. */
import { lstat, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { parseUrl } from '@dchat/serial'
import { NetError } from '../errors.ts'
import { dialUnix, reasonOf } from './socket-dial.ts'
import { SocketStream } from './socket-stream.ts'
import { closed, listening } from './tcp.ts'
import type { DialOptions, Listening, Transport, TransportStream } from './transport.ts'

/** What the kernel takes; a longer path would be cut by some systems. */
const PATH_MAX_BYTES = 107

export class UnixTransport implements Transport {
  #accepted = 0

  async dial(url: string, { signal }: DialOptions): Promise<TransportStream> {
    const path = pathOf(url, 'NET_DIAL_FAILED')
    const socket = await dialUnix(path, signal).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : new NetError('NET_DIAL_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    })
    return new SocketStream(socket, url)
  }

  /**
   * A socket file that nobody answers on is replaced; the file is removed when the address is closed. Diallers have no
   * address of their own: each gets the listener's with a running number, `unix:///path#7`.
   */
  async listen(url: string, onStream: (stream: TransportStream) => void): Promise<Listening> {
    const path = pathOf(url, 'NET_LISTEN_FAILED')
    const server = createServer({ pauseOnConnect: true })
    server.on('connection', (socket) => {
      this.#accepted += 1
      onStream(new SocketStream(socket, `${url}#${this.#accepted}`))
    })
    try {
      await bind(server, path)
    } catch (error) {
      throw new NetError('NET_LISTEN_FAILED', { url, reason: reasonOf(error) }, { cause: error })
    }
    return { url, close: () => closed(server) }
  }
}

async function bind(server: Server, path: string): Promise<void> {
  try {
    await listening(server, { path })
  } catch (error) {
    if (reasonOf(error) !== 'EADDRINUSE' || !(await isStale(path))) throw error
    await rm(path, { force: true })
    await listening(server, { path })
  }
}

/** Whether it is a socket that refuses: one that is too busy to answer, or out of reach, is somebody's. */
async function isStale(path: string): Promise<boolean> {
  if (!(await lstat(path)).isSocket()) return false
  try {
    const socket = await dialUnix(path, new AbortController().signal)
    socket.destroy()
    return false
  } catch (error) {
    return reasonOf(error) === 'ECONNREFUSED'
  }
}

function pathOf(url: string, code: 'NET_DIAL_FAILED' | 'NET_LISTEN_FAILED'): string {
  const { host, path, query, fragment } = parseUrl(url)
  const decoded = decodePath(path)
  const fault =
    host !== null ||
    query !== null ||
    fragment !== null ||
    decoded === undefined ||
    !decoded.startsWith('/') ||
    decoded.endsWith('/')
      ? 'the address must be unix:///absolute/path'
      : Buffer.byteLength(decoded) > PATH_MAX_BYTES
        ? `the path is longer than ${PATH_MAX_BYTES} bytes`
        : undefined
  if (fault !== undefined) throw new NetError(code, { url, reason: fault })
  return decoded!
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path)
    return decoded.includes('\0') ? undefined : decoded
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
