#!/bin/sh
# Process 1 of the emulated machine: the host's files under a layer of their own, all controllers in version 2.
export PATH=/bin
/bin/busybox --install -s /bin
mkdir /proc /sys /dev /low /up /new
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in virtio_pci 9pnet_virtio 9p overlay veth bridge; do modprobe $module; done
mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=512000 root /low
mount -t tmpfs tmpfs /up
mkdir /up/upper /up/work
mount -t overlay -o lowerdir=/low,upperdir=/up/upper,workdir=/up/work root /new
for directory in proc sys dev; do mount --move /$directory /new/$directory; done
mkdir -p /new/dev/shm /new/dev/pts /new/hitless
for directory in tmp run dev/shm var/tmp; do mount -t tmpfs -o mode=1777 tmpfs /new/$directory; done
mount -t devpts devpts /new/dev/pts
mount -t cgroup2 cgroup2 /new/sys/fs/cgroup
ip link set lo up
cp /guest.sh /limits.mjs /new/hitless/
exec switch_root /new /bin/sh /hitless/guest.sh
