/** What subscriptions send: the parameters of each notification. */
import { String } from 'typebox/type'
import { record, seq } from './parts.ts'
import { delivery, message } from './shapes.ts'

const subscription = String({ description: 'Id of the subscription, as `chat.subscribe` gave it.' })

export const NOTIFICATIONS = {
  'chat.message': record({ subscription, message }, 'A line that was stored.'),
  'chat.delivery': record({ subscription, seq: seq('Which line.'), delivery }, 'How far an own line got.'),
  'chat.lagged': record(
    { subscription, resume: seq('The last line before the gap.') },
    'The client took too little for too long. Lines stored after `resume` and before the next `chat.message` were not sent. The ' +
      'subscription goes on; to get the missing lines, unsubscribe and subscribe with `since: resume`, or read ' +
      '`chat.history {since: resume}`. Lines are told apart by `seq`.',
  ),
}
