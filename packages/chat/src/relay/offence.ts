/** What a peer broke, as the error that ends its channel and earns it a ban. */
import { NetError } from '@dchat/net'
import { ChatError, isChatError } from '../errors.ts'

/** The error that ends the channel on which `command` came: of a fault of the peer an offence, anything else as it is. */
export function offenceOf(error: unknown, command: string): unknown {
  if (!isChatError(error) || error.fault !== 'peer') return error
  const reason = [error.code, ...(Object.values(error.data) as unknown[])].join(' ')
  return new NetError('NET_PROTOCOL_OFFENCE', { command, reason }, { fault: 'peer', cause: error })
}

/** A post whose signature or room proof does not hold. */
export function forgery(): ChatError<'CHAT_POST_FORGED'> {
  return new ChatError('CHAT_POST_FORGED', {}, { fault: 'peer' })
}
