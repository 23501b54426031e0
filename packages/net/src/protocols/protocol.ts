/** What a protocol is: the behaviour of one channel for some messages. */

/**
 * One protocol on one channel. It is made (and subscribes to its messages) before the version exchange, so that what
 * comes early waits in its queues, and started after it. Its work runs in the channel's `tasks` and ends with them.
 */
export interface Protocol {
  /** Begins. Must not throw; what fails later belongs in `channel.tasks`. */
  start(): void
}
