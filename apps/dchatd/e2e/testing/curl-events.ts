/** `curl -N` on the stream of events, as a script would follow it. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface CurlEvent {
  readonly id: string | undefined
  readonly event: string
  readonly data: { message: { seq: number; text: string }; resume: number }
}

export class CurlEvents implements AsyncDisposable {
  readonly #child: ChildProcess
  /** With curl's exit code. */
  readonly ended: Promise<number | null>
  #text = ''

  constructor(url: string, args: readonly string[]) {
    this.#child = spawn('curl', ['--silent', '--no-buffer', '--include', ...args, url], { stdio: ['ignore', 'pipe', 'ignore'] })
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString()
    })
    this.ended = once(this.#child, 'close').then(([code]) => code as number | null)
  }

  /** Stops reading, so that what comes waits with the daemon; or reads on. */
  pause(isPaused: boolean): void {
    this.#child.kill(isPaused ? 'SIGSTOP' : 'SIGCONT')
  }

  /** All that came, its head included. */
  get text(): string {
    return this.#text
  }

  get head(): string {
    return this.#text.split('\r\n\r\n')[0]!
  }

  get events(): CurlEvent[] {
    const blocks = this.#text.split('\r\n\r\n').slice(1).join('').split('\n\n').slice(0, -1)
    return blocks.flatMap((block) => {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const [event, data] = [field('event'), field('data')]
      return event === undefined || data === undefined ? [] : [{ id: field('id'), event, data: JSON.parse(data) }]
    })
  }

  get texts(): string[] {
    return this.events.filter(({ event }) => event === 'chat.message').map(({ data }) => data.message.text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended
  }
}
