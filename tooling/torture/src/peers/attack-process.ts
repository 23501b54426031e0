/** The attackers of a siege, in a process of their own that gets less of the processor: real ones are on other machines. */
import { getPriority, setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SeededRandom } from '@dchat/system'
import { attackerHost } from './addresses.ts'
import type { Attack, Ground, Target } from './attack.ts'
import type { AttackOrder, AttackReport, AttackTask } from './attackers.ts'
import { ATTACKS } from './attacks.ts'
import { ownTask, serveOrders } from './child.ts'
import { openConnection } from './connection.ts'
import type { ConnectOptions, Connection } from './connection.ts'

const NICENESS = 10

/** The means of one attacker. Errors are none of its business: a connection that fails is one that the node ended. */
class OwnGround implements Ground {
  readonly target: Target
  readonly random: SeededRandom
  readonly size: number
  readonly signal: AbortSignal
  readonly #number: number
  readonly #tally: Record<string, number>

  constructor(task: AttackTask, options: { number: number; size: number; signal: AbortSignal; tally: Record<string, number> }) {
    this.target = task.target
    this.random = new SeededRandom(task.seed * 1_000 + options.number)
    this.size = options.size
    this.signal = options.signal
    this.#number = options.number
    this.#tally = options.tally
  }

  host(number: number): string {
    return attackerHost(this.#number, number)
  }

  async connect(options: ConnectOptions = {}): Promise<Connection> {
    this.signal.throwIfAborted()
    const { host = this.host(0), isTls = false, isBareTls = false, tls } = options
    const url = isTls || isBareTls ? this.target.tls : this.target.tcp
    const connection = await openConnection(url, { host, tls: isTls ? { ...tls } : undefined })
    const destroy = (): void => void connection.destroy()
    this.signal.addEventListener('abort', destroy, { once: true })
    connection.once('close', () => this.signal.removeEventListener('abort', destroy))
    if (this.signal.aborted) connection.destroy()
    return connection
  }

  count(what: string, by = 1): void {
    this.#tally[what] = (this.#tally[what] ?? 0) + by
  }

  async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal })
  }
}

const task = ownTask<AttackTask>()
const over = new AbortController()
const tallies: Record<string, Record<string, number>> = {}

function attackOf(name: string): Attack {
  const attack = ATTACKS.find((each) => each.name === name)
  if (attack === undefined) throw new TypeError(`there is no attack ${name}`)
  return attack
}

/** Until it has done what it does; that the node would not have it is what attackers get. */
async function oneAttacker(attack: Attack, ground: Ground): Promise<void> {
  try {
    await attack.run(ground)
    ground.count('done')
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw error // a mistake of ours
    ground.count('ended early')
  }
}

function begin(): Promise<unknown> {
  const { signal } = over
  return Promise.all(
    task.bands.flatMap(({ attack: name, first, count, size }) => {
      const attack = attackOf(name)
      const tally = (tallies[name] ??= {})
      const runs = Array.from({ length: count }, (_, index) =>
        oneAttacker(attack, new OwnGround(task, { number: first + index, size, signal, tally })),
      )
      return attack.isEndless === true ? [] : runs
    }),
  )
}

serveOrders<AttackOrder, AttackReport>(async ({ want }) => {
  if (want === 'begin') setPriority(getPriority() + NICENESS)
  if (want === 'begin') await begin()
  if (want === 'end') over.abort()
  return tallies
})
