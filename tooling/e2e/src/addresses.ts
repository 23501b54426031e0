/** Addresses of this machine for nodes under test. */

let lastHost = 0

/**
 * Another address of 127.0.0.0/8 at each call, of which a process has 65,024: a ban of one node then says nothing of the
 * next, and two test processes seldom share one. Linux listens on all of them; other systems need an alias for each.
 */
export function loopbackHost(): string {
  const host = lastHost % 65_024
  lastHost += 1
  return `127.${1 + (process.pid % 254)}.${Math.floor(host / 254)}.${1 + (host % 254)}`
}
