/** The versions this program tells about itself. */

/** Of the program; equals package.json. */
export const VERSION = '0.1.0'
/** Of the JSON-RPC contract, by semantic versioning. */
export const RPC_VERSION = '1.0.0'
