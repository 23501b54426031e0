/** A part of an experiment in a process of its own, in a space of its own: it takes orders and gives reports, one for each. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface ChildOptions {
  /** The words that start it in its space. */
  readonly within: readonly string[]
  /** Told as its only argument, as JSON. */
  readonly task: unknown
}

/** It ends with the experiment, however that ends. */
export class Child<Order, Report> implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>
  readonly #waiting: { readonly resolve: (report: Report) => void; readonly reject: (error: Error) => void }[] = []
  #isEnded = false

  /** @param script TypeScript, which serves orders by `serveOrders` */
  constructor(script: URL, { within, task }: ChildOptions) {
    const [command, ...args] = [
      ...within,
      process.execPath,
      '--conditions=@dchat/source',
      fileURLToPath(script),
      JSON.stringify(task),
    ]
    this.#process = spawn(command!, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
    this.#process.on('message', (report) => this.#waiting.shift()?.resolve(report as Report))
    this.#ended = new Promise((resolve) => {
      this.#process.once('close', () => {
        this.#isEnded = true
        for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${script.pathname} ended`))
        resolve()
      })
    })
  }

  get pid(): number {
    return this.#process.pid!
  }

  /** Reports come in the order of orders. @throws {Error} when it ends instead */
  ask(order: Order): Promise<Report> {
    return new Promise((resolve, reject) => {
      if (this.#isEnded) throw new Error('the process ended')
      this.#waiting.push({ resolve, reject })
      this.#process.send(order as object)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isEnded) this.#process.kill('SIGKILL')
    await this.#ended
  }
}

/** What the child was told at its start. */
export function ownTask<T>(): T {
  return JSON.parse(process.argv[2]!) as T
}

/** In the child: answers each order, and ends the process when the one that started it is gone. */
export function serveOrders<Order, Report>(answer: (order: Order) => Report | Promise<Report>): void {
  process.on('disconnect', () => process.exit(0))
  process.on('message', (order) => void answered(order as Order, answer))
}

async function answered<Order, Report>(order: Order, answer: (order: Order) => Report | Promise<Report>): Promise<void> {
  process.send!((await answer(order)) as object)
}
