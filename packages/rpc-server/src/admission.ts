/** How many connections there may be. */

export interface AdmissionLimits {
  readonly maxConnections: number
  readonly reservedForUnix: number
}

/** TCP cannot take the places kept for the Unix socket, if the server has one. */
export class Admission {
  readonly #max: number
  readonly #maxTcp: number
  #tcp = 0
  #unix = 0

  constructor(limits: AdmissionLimits, hasUnix: boolean) {
    this.#max = limits.maxConnections
    this.#maxTcp = hasUnix ? limits.maxConnections - limits.reservedForUnix : limits.maxConnections
  }

  /** Takes a place. False when there is none. */
  enter(kind: 'tcp' | 'unix'): boolean {
    if (this.#tcp + this.#unix >= this.#max || (kind === 'tcp' && this.#tcp >= this.#maxTcp)) return false
    if (kind === 'tcp') this.#tcp += 1
    else this.#unix += 1
    return true
  }

  leave(kind: 'tcp' | 'unix'): void {
    if (kind === 'tcp') this.#tcp -= 1
    else this.#unix -= 1
  }
}
