/** A copy of the store in a file that somebody names. */
import { lstatSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { rpcError } from '@dchat/rpc'
import type { MessageStore } from '@dchat/store'

/**
 * @param path absolute, and ends in `.db`
 * @throws {RpcError} invalid params, when something has this name or its folder is not there
 */
export async function backupTo(path: string, store: Pick<MessageStore, 'backup'>): Promise<void> {
  if (path.includes('\0')) throw rpcError('invalid_params', 'path holds a NUL')
  if (!isFolder(dirname(path))) throw rpcError('invalid_params', 'the folder is not there, or cannot be looked into by the daemon')
  if (isThere(path)) throw rpcError('invalid_params', 'something of this name is there, and is not written over')
  await store.backup(path)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false // not there, or not for this user: the caller is told
  }
}

/** A link that leads nowhere is something, too. */
function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
