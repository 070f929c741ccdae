/** The connections that all lanes may have open together. Closing ones count: their sockets are still there. */
export class ConnectionBudget {
  readonly max: number
  open = 0
  /** Since the generator started; also numbers them, from 1. */
  opened = 0

  constructor(max: number) {
    this.max = max
  }

  get hasRoom(): boolean {
    return this.open < this.max
  }

  /** Takes one place and returns the number of the connection that fills it. */
  take(): number {
    this.open++
    this.opened++
    return this.opened
  }

  give(): void {
    this.open--
  }
}
