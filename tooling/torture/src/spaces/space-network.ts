/**
 * A network on this machine: spaces that stand for hosts, joined by a bridge in a namespace of its own, which loses frames and
 * is cut in parts as it is told. Nothing leads out of it, so its hosts have addresses as the internet gives them. Linux, for root.
 */
import { readdirSync } from 'node:fs'
import { DEVICE, NetSpace } from './net-space.ts'
import { SlowCable } from './slow-cable.ts'
import { systemCommand } from './system-command.ts'

export interface SpaceOptions {
  /** On the link are all of 32.0.0.0/3. @default one in a /16 of its own: 44.1.0.1, 44.2.0.1 … */
  readonly ipv4?: string | false
  /** On the link are all of 2000::/3. @default one in a /32 of its own: 2600:1::1, 2600:2::1 … */
  readonly ipv6?: string | false
  /** Whether frames from and to it can be delayed (`setDelay`), by a process of its own. @default false */
  readonly isSlow?: boolean
}

const PREFIX = 'dchat-'
/** Where `ip netns` keeps namespaces. */
const NAMESPACES = '/run/netns'
const BRIDGE = 'br0'

/** What the bridge drops: frames between ports that are apart, and a part of the others, which `loss` is told by rule. */
const RULES = `
table bridge weather {
  set apart { type ifname . ifname; }
  chain loss { }
  chain forward {
    type filter hook forward priority 0;
    iifname . oifname @apart drop
    jump loss
  }
}`

let lastNetwork = 0

export class SpaceNetwork implements AsyncDisposable {
  readonly #name: string
  readonly #spaces: NetSpace[] = []
  /** The last `add`; never rejects. */
  #added: Promise<unknown> = Promise.resolve()
  readonly #made = new AsyncDisposableStack()
  readonly #cables = new AsyncDisposableStack()

  private constructor(name: string) {
    this.#name = name
  }

  /** One without hosts. Namespaces of runs that were killed are removed first. */
  static async create(): Promise<SpaceNetwork> {
    await removeOrphans()
    lastNetwork += 1
    const network = new SpaceNetwork(`${PREFIX}${process.pid}-${lastNetwork}`)
    try {
      await network.#makeNamespace(network.#name)
      const bridge = 'type bridge forward_delay 0 mcast_snooping 0'
      await network.#ip(network.#name, [`link add ${BRIDGE} ${bridge}`, `link set ${BRIDGE} up`])
      await network.#nft(RULES)
      return network
    } catch (error) {
      await network[Symbol.asyncDispose]()
      throw error
    }
  }

  get spaces(): readonly NetSpace[] {
    return this.#spaces
  }

  /** Adds a host that reaches all others; one after the other, when several are asked for at once. */
  add(options: SpaceOptions = {}): Promise<NetSpace> {
    const added = this.#added.then(() => this.#add(options))
    this.#added = added.catch(() => {}) // whoever asked for it is told
    return added
  }

  /** Loses a part of all frames between hosts from now on, at random, each way. @param percent 0 to 100 */
  async setLoss(percent: number): Promise<void> {
    const rule = percent === 0 ? '' : `add rule bridge weather loss numgen random mod 10000 < ${Math.round(percent * 100)} drop`
    await this.#nft(`flush chain bridge weather loss\n${rule}`)
  }

  /** Only hosts of the same part hear each other from now on; whoever is in none hears all. Nobody is told. */
  async partition(...parts: readonly (readonly NetSpace[])[]): Promise<void> {
    const pairs = parts.flatMap((part) => {
      const others = parts.filter((each) => each !== part).flat()
      return part.flatMap((from) => others.map((to) => `"${from.port}" . "${to.port}"`))
    })
    const elements = pairs.length === 0 ? '' : `add element bridge weather apart { ${pairs.join(', ')} }`
    await this.#nft(`flush set bridge weather apart\n${elements}`)
  }

  /** Ends the partition. */
  heal(): Promise<void> {
    return this.partition()
  }

  /** Programs in its spaces have to have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#added
    await this.#cables.disposeAsync()
    await this.#made.disposeAsync()
  }

  async #add(options: SpaceOptions): Promise<NetSpace> {
    const number = this.#spaces.length + 1
    const name = `${this.#name}-${number}`
    const port = `p${number}`
    const ipv4 = options.ipv4 === false ? undefined : (options.ipv4 ?? `44.${number}.0.1`)
    const ipv6 = options.ipv6 === false ? undefined : (options.ipv6 ?? `2600:${number}::1`)
    await this.#makeNamespace(name)
    // Before there is a device: without IPv6 it has no address of that kind, not even one of the link.
    const family = (setting: string): string =>
      `echo ${ipv6 === undefined ? 1 : 0} > /proc/sys/net/ipv6/conf/${setting}/disable_ipv6`
    await systemCommand([
      'ip',
      'netns',
      'exec',
      name,
      'sh',
      '-c',
      `${family('all')}; ${family('default')}; echo 1 > /proc/sys/net/ipv6/conf/default/keep_addr_on_down`,
    ])
    const cable = options.isSlow === true ? this.#cables.use(await SlowCable.lay(name, [DEVICE, port])) : undefined
    if (cable === undefined) await this.#ip(name, [`link add ${DEVICE} type veth peer name ${port}`])
    await this.#ip(name, [
      `link set ${port} netns ${this.#name}`,
      ...(ipv4 === undefined ? [] : [`address add ${ipv4}/3 dev ${DEVICE}`]),
      ...(ipv6 === undefined ? [] : [`address add ${ipv6}/3 dev ${DEVICE} nodad`]),
      'link set lo up',
      `link set ${DEVICE} up`,
    ])
    await this.#ip(this.#name, [`link set ${port} master ${BRIDGE}`, `link set ${port} up`])
    const space = new NetSpace({ name, port, bridgeName: this.#name, ipv4, ipv6, cable })
    this.#spaces.push(space)
    return space
  }

  async #makeNamespace(name: string): Promise<void> {
    await systemCommand(['ip', 'netns', 'add', name])
    this.#made.defer(async () => void (await systemCommand(['ip', 'netns', 'delete', name])))
  }

  async #ip(space: string, lines: readonly string[]): Promise<void> {
    await systemCommand(['ip', '-netns', space, '-batch', '-'], lines.join('\n'))
  }

  async #nft(rules: string): Promise<void> {
    await systemCommand(['ip', 'netns', 'exec', this.#name, 'nft', '-f', '-'], rules)
  }
}

/** Removes namespaces whose process is gone without having done so. */
async function removeOrphans(): Promise<void> {
  for (const name of namespaces()) {
    const pid = /^dchat-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await systemCommand(['ip', 'netns', 'delete', name])
  }
}

function namespaces(): string[] {
  try {
    return readdirSync(NAMESPACES)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
