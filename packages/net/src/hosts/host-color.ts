/** The five lists a host address can be in. Facts: docs/node.md, *Hosts*. */

/** Grey: heard of. White: answered a handshake. Gold: connected by us. Black: shunned. Dark: not dialable here. Facts: docs/node.md, *Hosts*. */
export const HostColor = { Grey: 0, White: 1, Gold: 2, Black: 3, Dark: 4 } as const

/** One of the five. */
export type HostColor = (typeof HostColor)[keyof typeof HostColor]

/** Names as host list files spell them; the index is the colour's number. */
export const HOST_COLOR_NAMES = ['grey', 'white', 'gold', 'black', 'dark'] as const

/** One of `HOST_COLOR_NAMES`. */
export type HostColorName = (typeof HOST_COLOR_NAMES)[number]

/** Every colour, in the order of the numbers. */
export const HOST_COLORS: readonly HostColor[] = [
  HostColor.Grey,
  HostColor.White,
  HostColor.Gold,
  HostColor.Black,
  HostColor.Dark,
]

/** The colour of a name, or undefined for a word that is none. */
export function hostColorOf(name: string): HostColor | undefined {
  return HOST_COLORS.find((color) => HOST_COLOR_NAMES[color] === name)
}
