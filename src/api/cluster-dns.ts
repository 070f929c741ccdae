/** As kubeadm sets clusters up. */
export const CLUSTER_DOMAIN = 'cluster.local'

/** Of the Service kube-system/kube-dns, by which pods reach the cluster's DNS: the tenth of the range. */
export const CLUSTER_DNS_IP = '10.96.0.10'

export const DNS_PORT = 53
