import type { Field } from './hpack-static-table.ts'

/** What a field costs beside its octets (RFC 7541, section 4.1). */
const FIELD_OVERHEAD_BYTES = 32

/** The fields that the peer wishes to name by number, the newest at 0, in a bounded number of bytes. */
export class HpackDynamicTable {
  /** Oldest first; those before `#first` are gone. */
  #fields: Field[] = []
  #first = 0
  #bytes = 0
  #bytesMax: number

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  at(index: number): Field | undefined {
    const place = this.#fields.length - 1 - index
    return place < this.#first ? undefined : this.#fields[place]
  }

  /** A field that is larger than the table empties it, and is no fault (RFC 7541, section 4.4). */
  add(field: Field): void {
    const bytes = bytesOf(field)
    this.#evict(this.#bytesMax - bytes)
    if (bytes > this.#bytesMax) return
    this.#fields.push(field)
    this.#bytes += bytes
  }

  resize(bytesMax: number): void {
    this.#bytesMax = bytesMax
    this.#evict(bytesMax)
  }

  #evict(bytesMax: number): void {
    while (this.#bytes > Math.max(0, bytesMax)) {
      this.#bytes -= bytesOf(this.#fields[this.#first]!)
      this.#first++
    }
    if (this.#first > 64 && this.#first * 2 > this.#fields.length) {
      this.#fields = this.#fields.slice(this.#first)
      this.#first = 0
    }
  }
}

function bytesOf([name, value]: Field): number {
  return name.length + value.length + FIELD_OVERHEAD_BYTES
}
