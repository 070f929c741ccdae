/** What whoever runs a node should know of it, told once each time it becomes so. */
export type NodeNotice =
  /** The API server has not taken a heartbeat for some seconds. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** … and takes them again. */
  | { readonly kind: 'reachable' }
  /** Somebody deleted the Node; it is there again, as a new one. */
  | { readonly kind: 'registered-again' }
  /** Another run has taken the node's name over: this one tells the cluster nothing more of it. */
  | { readonly kind: 'taken' }
