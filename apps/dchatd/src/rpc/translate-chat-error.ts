/** What a caller is told of an error of the posts and of the own key. */
import { isChatError } from '@dchat/chat'
import type { BoxKeyFlaw, ChatError } from '@dchat/chat'
import { rpcError } from '@dchat/rpc'
import type { RpcError } from '@dchat/rpc'

/** Undefined for an error that is ours. Where the key lies is nobody's business who calls. */
export function translateChatError(error: ChatError): RpcError | undefined {
  if (isChatError(error, 'CHAT_POST_MALFORMED')) return rpcError('invalid_params', `this cannot be a post: ${error.data.reason}`)
  if (isChatError(error, 'CHAT_POST_REFUSED')) return refusal(error)
  if (isChatError(error, 'CHAT_NO_OWN_POST'))
    return rpcError('not_found', 'no own post has this seq, or it is not followed any more')
  if (isChatError(error, 'CHAT_ALREADY_SENT'))
    return rpcError('too_late', 'a peer may have it already; chat.retract takes it back where that is heard')
  if (isChatError(error, 'CHAT_PASSPHRASE_SHORT'))
    return rpcError('invalid_params', `passphrase must have at least ${error.data.minCharacters} characters`)
  if (isChatError(error, 'CHAT_PASSPHRASE_WRONG')) return rpcError('invalid_params', 'passphrase does not open this export')
  if (isChatError(error, 'CHAT_EXPORT_DAMAGED'))
    return rpcError('invalid_params', `data is no whole export: ${error.data.reason}`)
  if (isChatError(error, 'CHAT_EXPORT_VERSION'))
    return rpcError('invalid_params', `data is of version ${error.data.version}, ${error.data.known} is known here`)
  if (isChatError(error, 'CHAT_IDENTITY_UNWRITABLE') || isChatError(error, 'CHAT_KEYS_UNWRITABLE'))
    return rpcError('store_failed', 'a key file could not be written: the log of the daemon says why')
  return translateDirect(error) ?? translatePrivateRoom(error)
}

/** What is encrypted to one. No text is repeated. */
function translateDirect(error: ChatError): RpcError | undefined {
  if (isChatError(error, 'CHAT_NO_BOX_KEY')) return rpcError('no_key', NO_KEY[error.data.reason])
  if (isChatError(error, 'CHAT_TOO_MANY_HELD'))
    return rpcError('too_many', `${error.data.maxMessages} messages wait for box keys already: chat.cancel gives one up`)
  if (isChatError(error, 'CHAT_TEXT_TOO_LONG')) {
    const { bytes, maxBytes } = error.data
    return rpcError('invalid_params', `text has ${bytes} bytes, at most ${maxBytes} can be encrypted`)
  }
  return undefined
}

const NO_KEY: Readonly<Record<BoxKeyFlaw, string>> = {
  unknown: 'no box key of the other is known here: his node tells one when it runs; hold keeps the message until it comes',
  expired:
    'the newest box key of the other is older than 35 days: his node tells another when it runs; hold keeps the message until then',
  unusable: 'the newest box key of the other keeps nothing secret; hold keeps the message until another comes',
}

/** What is encrypted to a room. No invitation is repeated. */
function translatePrivateRoom(error: ChatError): RpcError | undefined {
  if (isChatError(error, 'CHAT_ROOM_LOCKED'))
    return rpcError('not_found', 'the keys of this private room are not here: room.accept takes its invitation')
  if (isChatError(error, 'CHAT_ROOM_NAME'))
    return rpcError('invalid_params', `a room cannot have this name: ${error.data.reason}`)
  if (isChatError(error, 'CHAT_INVITATION_MALFORMED'))
    return rpcError('invalid_params', `this is no invitation: ${error.data.reason}`)
  if (isChatError(error, 'CHAT_NO_MEMBER')) return rpcError('not_found', `${error.data.key} is no other member of this room`)
  if (isChatError(error, 'CHAT_ROOMS_FULL'))
    return rpcError('too_many', `${error.data.maxRooms} private rooms are held: room.forget takes one away`)
  if (isChatError(error, 'CHAT_REKEY_BROKEN')) {
    const { newRoom, left } = error.data
    return rpcError('store_failed', `the new room ${newRoom} is made, but ${left} are left to be told: the same call goes on`)
  }
  return undefined
}

function refusal({ data: { reason } }: ChatError<'CHAT_POST_REFUSED'>): RpcError {
  switch (reason) {
    case 'outnumbered':
      return rpcError('too_many', 'a room takes 60 posts a minute of one author')
    case 'outdated':
      return rpcError('store_failed', 'the clock of this machine is too far behind: nobody would take the post')
    case 'unkept':
      return rpcError('store_failed', 'this room is not kept here: join it first')
  }
}
