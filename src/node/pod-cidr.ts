/** Range of the addresses of a node's pods. */
export interface PodCidr {
  readonly cidr: string
  /** Its cluster gives none: it has chosen one that no other node uses, as far as the cluster knows. */
  readonly isChosen: boolean
}
