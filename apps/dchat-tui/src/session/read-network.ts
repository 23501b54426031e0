/** Asks once how the network is: in one answer, or from what a daemon of before there was one offers. */
import { isCallFailure, isRpcError } from '@dchat/rpc'
import type { NetStatus } from '../network/net-status.ts'
import type { ChatSession } from './chat-session.ts'
import { toNetStatus, toPartialStatus } from './net-ingress.ts'

type Caller = Pick<ChatSession, 'call'>

/** @throws {RpcError | RpcUnreachable} as a call does */
export async function readNetwork(session: Caller): Promise<NetStatus> {
  return (await readWholeNetwork(session)) ?? (await readPartialNetwork(session))
}

/** Null when the daemon has no such method. @throws as `readNetwork` */
export async function readWholeNetwork(session: Caller): Promise<NetStatus | null> {
  try {
    return toNetStatus(await session.call('net.status', {}))
  } catch (error) {
    if (isRpcError(error, 'method_not_found')) return null
    throw error
  }
}

/** What a daemon of before RPC 1.4.0 tells. @throws as `readNetwork` */
export async function readPartialNetwork(session: Caller): Promise<NetStatus> {
  const [node, p2p] = await Promise.all([session.call('node.get_info', {}), session.call('p2p.get_info', {})])
  const bans = node.bans > 0 ? await session.call('bans.list', {}).catch(noList) : []
  return toPartialStatus({ node, p2p, bans })
}

/** An older daemon, or a token that may not: nothing is listed. */
function noList(error: unknown): [] {
  if (!isCallFailure(error)) throw error
  return []
}
