/** People at their terminals, each over a daemon of his own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MethodName, MethodParams, MethodResult } from '@dchat/rpc'
import { onTestFailed } from 'vitest'
import { RealDaemon } from './real-daemon.ts'
import { TuiProcess } from './tui-process.ts'

/** What a secret looks like; no screen may ever have had one on it. */
export const SECRET = /dchat-room:[^:\s]{1,40}:[\w-]{20}/u

export class Person implements AsyncDisposable {
  readonly daemon: RealDaemon
  readonly screen: TuiProcess
  readonly #programs: AsyncDisposable

  private constructor(daemon: RealDaemon, screen: TuiProcess, programs: AsyncDisposable) {
    this.daemon = daemon
    this.screen = screen
    this.#programs = programs
  }

  /** His daemon runs, his screen shows that. */
  static async called(nick: string): Promise<Person> {
    await using programs = new AsyncDisposableStack()
    const daemon = programs.use(new RealDaemon(nick))
    await daemon.start()
    const screen = programs.use(new TuiProcess({ home: daemon.home.path }))
    onTestFailed(() => console.error(`The screen of ${nick}:\n${screen.terminal.text}`))
    await screen.showsText('daemon ok')
    return new Person(daemon, screen, programs.move())
  }

  enters(line: string): void {
    this.screen.type(`${line}\r`)
  }

  sees(text: string | RegExp): Promise<void> {
    return this.screen.shows((terminal) => (typeof text === 'string' ? terminal.text.includes(text) : text.test(terminal.text)))
  }

  async connectsTo(other: Person): Promise<void> {
    this.enters(`/connect ${other.daemon.url}`)
    await this.sees('connected tcp://')
    await other.sees(/1 peer|2 peers/u)
  }

  async asks<M extends MethodName>(method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
    await using client = await this.daemon.client()
    return await client.call(method, params)
  }

  get inputHistory(): string {
    return readFileSync(join(this.daemon.home.path, 'state', 'input-history'), 'utf8')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#programs[Symbol.asyncDispose]()
  }
}

/** Two people; alice has connected to bob. */
export class Pair implements AsyncDisposable {
  readonly alice: Person
  readonly bob: Person
  readonly #people: AsyncDisposable

  private constructor(alice: Person, bob: Person, people: AsyncDisposable) {
    this.alice = alice
    this.bob = bob
    this.#people = people
  }

  /** Both screens show a peer. */
  static async connected(): Promise<Pair> {
    await using people = new AsyncDisposableStack()
    const alice = people.use(await Person.called('alice'))
    const bob = people.use(await Person.called('bob'))
    await alice.connectsTo(bob)
    return new Pair(alice, bob, people.move())
  }

  /** Of alice, and of bob. */
  get screens(): readonly [TuiProcess, TuiProcess] {
    return [this.alice.screen, this.bob.screen]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#people[Symbol.asyncDispose]()
  }
}
