# SPDX-License-Identifier: Apache-2.0
"""Richards: an operating system's scheduler in miniature; many small methods, linked lists and state flags.

Six tasks of rising priority pass packets to each other. A right implementation queues 2322 packets and holds 928
times for 1000 idle turns, so the checksum is known from the literature.
"""

DEFAULT = 60

IDLE, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(6)
DEVICE_PACKET, WORK_PACKET = range(2)
PACKET_SIZE = 4
IDLE_TURNS = 1000


class Packet:
    def __init__(self, link, task_id, kind):
        self.link = link
        self.task_id = task_id
        self.kind = kind
        self.datum = 0
        self.data = [0] * PACKET_SIZE

    def append_to(self, queue):
        """Return the queue with this packet at its end."""
        self.link = None
        if queue is None:
            return self
        tail = queue
        while tail.link is not None:
            tail = tail.link
        tail.link = self
        return queue


class Task:
    """One row of the task table; `work` answers with the task to run next."""

    def __init__(self, scheduler, task_id, priority, queue=None, waiting=True):
        self.scheduler = scheduler
        self.task_id = task_id
        self.priority = priority
        self.queue = queue
        self.has_packet = queue is not None
        self.waiting = waiting
        self.held = False
        self.link = scheduler.add(self)

    def is_blocked(self):
        return self.held or (self.waiting and not self.has_packet)

    def run(self):
        packet = None
        if self.waiting and self.has_packet:
            packet = self.queue
            self.queue = packet.link
            self.waiting = False
            self.has_packet = self.queue is not None
        return self.work(packet)

    def receive(self, packet, sender):
        """Take a packet; answer with whichever of the two tasks is more urgent."""
        if self.queue is None:
            self.queue = packet
            self.has_packet = True
            if self.priority > sender.priority:
                return self
        else:
            packet.append_to(self.queue)
        return sender

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.scheduler.held += 1
        self.held = True
        return self.link

    def release(self, task_id):
        other = self.scheduler.table[task_id]
        other.held = False
        return other if other.priority > self.priority else self

    def send(self, packet):
        receiver = self.scheduler.table[packet.task_id]
        self.scheduler.queued += 1
        packet.link = None
        packet.task_id = self.task_id
        return receiver.receive(packet, self)


class IdleTask(Task):
    def __init__(self, scheduler):
        super().__init__(scheduler, IDLE, 0, waiting=False)
        self.control = 1
        self.turns = IDLE_TURNS

    def work(self, packet):
        self.turns -= 1
        if self.turns == 0:
            return self.hold()
        if self.control & 1:
            self.control = (self.control >> 1) ^ 0xD008
            return self.release(DEVICE_B)
        self.control >>= 1
        return self.release(DEVICE_A)


class WorkerTask(Task):
    def __init__(self, scheduler, queue):
        super().__init__(scheduler, WORKER, 1000, queue)
        self.destination = HANDLER_A
        self.letter = 0

    def work(self, packet):
        if packet is None:
            return self.wait()
        self.destination = HANDLER_B if self.destination == HANDLER_A else HANDLER_A
        packet.task_id = self.destination
        packet.datum = 0
        for i in range(PACKET_SIZE):
            self.letter += 1
            if self.letter > 26:
                self.letter = 1
            packet.data[i] = ord("A") + self.letter - 1
        return self.send(packet)


class HandlerTask(Task):
    def __init__(self, scheduler, task_id, priority, queue):
        super().__init__(scheduler, task_id, priority, queue)
        self.work_in = None
        self.device_in = None

    def work(self, packet):
        if packet is not None:
            if packet.kind == WORK_PACKET:
                self.work_in = packet.append_to(self.work_in)
            else:
                self.device_in = packet.append_to(self.device_in)
        work = self.work_in
        if work is None:
            return self.wait()
        position = work.datum
        if position >= PACKET_SIZE:
            self.work_in = work.link
            return self.send(work)
        device = self.device_in
        if device is None:
            return self.wait()
        self.device_in = device.link
        device.datum = work.data[position]
        work.datum = position + 1
        return self.send(device)


class DeviceTask(Task):
    def __init__(self, scheduler, task_id, priority):
        super().__init__(scheduler, task_id, priority)
        self.pending = None

    def work(self, packet):
        if packet is not None:
            self.pending = packet
            return self.hold()
        packet = self.pending
        if packet is None:
            return self.wait()
        self.pending = None
        return self.send(packet)


class Scheduler:
    def __init__(self):
        self.table = [None] * 6
        self.first = None
        self.queued = 0
        self.held = 0

    def add(self, task):
        """Put a task at the head of the list; answer with the task that follows it."""
        following = self.first
        self.first = task
        self.table[task.task_id] = task
        return following

    def run(self):
        task = self.first
        while task is not None:
            task = task.link if task.is_blocked() else task.run()


def packets(count, task_id, kind):
    queue = None
    for _ in range(count):
        queue = Packet(queue, task_id, kind)
    return queue


def simulate():
    scheduler = Scheduler()
    IdleTask(scheduler)
    WorkerTask(scheduler, packets(2, WORKER, WORK_PACKET))
    HandlerTask(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, DEVICE_PACKET))
    HandlerTask(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, DEVICE_PACKET))
    DeviceTask(scheduler, DEVICE_A, 4000)
    DeviceTask(scheduler, DEVICE_B, 5000)
    scheduler.run()
    return scheduler.queued, scheduler.held


def run(n):
    queued = held = 0
    for _ in range(n):
        q, h = simulate()
        queued += q
        held += h
    return f"{queued},{held}"
