/**
 * The one table of all that can be configured. From it come reading, flags, variables, `check --print`, the commented file of a
 * first run, docs/configuration.md and dchatd.toml(5).
 */
import type { ConfigSection, KeyTable } from '@dchat/config'
import { LOG_SECTION, rpcKeys, TOKEN_SECTION } from '@dchat/daemon'
import type { RpcValues } from '@dchat/daemon'
import { NET_SECTION, PROFILE_SECTION } from './net-keys.ts'
import { CHAT_SECTION, STORE_SECTION } from './own-sections.ts'

/** `rpc_listen` has the reference's port. */
export const RPC_KEYS: KeyTable<RpcValues> = rpcKeys({ listen: 'tcp://127.0.0.1:51054', socketName: 'dchatd.sock' })

/** In the order of the commented file. */
export const DCHATD_SECTIONS: readonly ConfigSection[] = [
  {
    path: ['rpc'],
    title: '[rpc]',
    text: 'JSON-RPC for dchat-cli, dchat-tui, curl and others: raw lines, HTTP and WebSocket on one address, and on a Unix socket',
    keys: RPC_KEYS,
  },
  TOKEN_SECTION,
  NET_SECTION,
  PROFILE_SECTION,
  CHAT_SECTION,
  STORE_SECTION,
  LOG_SECTION,
]
