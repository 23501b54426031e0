/** What bounds a configuration file. */

/** Configurations are written by hand: a larger file is a mistake, and would be held in memory several times. */
export const MAX_CONFIG_BYTES: number = 1024 * 1024

/** Items of one list; a hand-written one has tens, a generated list of peers hundreds. */
export const MAX_LIST_ITEMS = 10_000

/** How deep inline values may nest, for the parser and for the scan of positions, and how many parts a dotted key may have. */
export const MAX_TOML_DEPTH = 32
