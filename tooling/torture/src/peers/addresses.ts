/** Who is where in the space of a siege: all addresses of 64.0.0.0/3 and 128.0.0.0/2 are its own, beside that of the node. */

/** Blocks that the space owns: honest peers and newcomers, then attackers. */
export const OWN_BLOCKS = ['64.0.0.0/3', '128.0.0.0/2'] as const

/** Where the node listens for everybody, and where for each of its friends, who come from `from` then. */
export const NODE_HOST = '44.1.0.1'
export const FRIENDS = [
  { to: '64.1.0.1', from: '65.1.0.1' },
  { to: '64.2.0.1', from: '66.1.0.1' },
] as const
/** Raw peers that stay, the first over TCP, the second over TLS. */
export const PINGER_HOSTS = ['67.1.0.1', '68.1.0.1'] as const

/** A peer that nobody has seen before, of a /16 of its own; they come round after 5,120. */
export function newcomerHost(number: number): string {
  return `${70 + (Math.floor(number / 256) % 20)}.${number % 256}.0.1`
}

/** An address of an attacker, who has a /16 to itself. */
export function attackerHost(attacker: number, number: number): string {
  return `${130 + Math.floor(attacker / 256)}.${attacker % 256}.${Math.floor(number / 254) % 256}.${1 + (number % 254)}`
}

/** Whether an address is one of the attackers that are numbered `from` to `to - 1`. */
export function isAttacker(host: string, from: number, to: number): boolean {
  const [a = 0, b = 0] = host.split('.').map(Number)
  const attacker = (a - 130) * 256 + b
  return a >= 130 && attacker >= from && attacker < to
}
