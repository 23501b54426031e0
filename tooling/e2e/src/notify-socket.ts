/** The socket on which systemd hears from a service. Node has no datagrams over Unix sockets, so Python listens. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { until } from './until.ts'

/** Says each datagram as a JSON text on a line of its own. What comes with it (the barrier of systemd-notify) is closed by the kernel. */
const LISTENER = `
import json, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print('"listening"', flush=True)
while True:
    print(json.dumps(listener.recv(4096).decode()), flush=True)
`

/** What one message assigned: `{READY: '1', STATUS: '…'}`. */
export type Notification = Readonly<Record<string, string>>

export class NotifySocket implements AsyncDisposable {
  readonly path: string
  readonly messages: Notification[] = []
  readonly #folder: string
  readonly #child: ChildProcess

  private constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'notify-'))
    this.path = join(this.#folder, 'socket')
    this.#child = spawn('python3', ['-c', LISTENER, this.path], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  static async listen(): Promise<NotifySocket> {
    const socket = new NotifySocket()
    const lines = createInterface({ input: socket.#child.stdout! })
    await once(lines, 'line')
    lines.on('line', (line) => socket.#onMessage(JSON.parse(line) as string))
    return socket
  }

  /** The first message, from the one with this number on, that assigns `value` to `name`. */
  hears(name: string, value: string, from = 0): Promise<Notification> {
    return until(`systemd hears ${name}=${value}`, () => this.messages.slice(from).find((message) => message[name] === value))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill()
    await once(this.#child, 'exit')
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #onMessage(text: string): void {
    const rows = text.split('\n').filter((row) => row.includes('='))
    const message = Object.fromEntries(rows.map((row) => [row.slice(0, row.indexOf('=')), row.slice(row.indexOf('=') + 1)]))
    // A barrier only asks to be let go.
    if (message['BARRIER'] === undefined) this.messages.push(message)
  }
}
