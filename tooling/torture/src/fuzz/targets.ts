/** Everything that reads what others wrote. */
import type { FuzzTarget } from './fuzz-target.ts'
import { CONVERSATIONS } from './targets/conversations.ts'
import { FRAME_STREAM } from './targets/frame-stream.ts'
import { HOST_FILES } from './targets/host-files.ts'
import { EXPORTS, PARTS } from './targets/identity-exports.ts'
import { INVITATIONS } from './targets/invitations.ts'
import { KEY_FILES } from './targets/key-files.ts'
import { CORE_MESSAGES, POST_COMMANDS } from './targets/messages.ts'
import { NEGENTROPY } from './targets/negentropy.ts'
import { POSTS } from './targets/posts.ts'
import { RPC_BODIES, RPC_LINES } from './targets/rpc-bodies.ts'
import { DIRECT_BODIES, INNER_MESSAGES, MEMBERS, ROOM_BODIES } from './targets/sealed-bodies.ts'
import { CONFIGURATION, TOML } from './targets/toml.ts'
import { URLS } from './targets/urls.ts'

export const TARGETS: readonly FuzzTarget[] = [
  FRAME_STREAM,
  CORE_MESSAGES,
  POST_COMMANDS,
  POSTS,
  ROOM_BODIES,
  DIRECT_BODIES,
  INNER_MESSAGES,
  MEMBERS,
  INVITATIONS,
  EXPORTS,
  PARTS,
  NEGENTROPY,
  CONVERSATIONS,
  ...HOST_FILES,
  ...KEY_FILES,
  URLS,
  TOML,
  CONFIGURATION,
  RPC_BODIES,
  RPC_LINES,
]
