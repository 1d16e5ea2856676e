// What this browser keeps until the server has it: answers, chunks of recordings, observations.
// IndexedDB; where it is refused (private windows, a full disk) the memory of this tab.

const NAME = "hitouch-assessment";
const VERSION = 2;
const KEYS = {
  entries: ["sitting", "device", "sequence"],
  takes: "id",
  chunks: ["take", "number"],
  observations: ["sitting", "device", "sequence"],
};

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const keyOf = (name, row) =>
  Array.isArray(KEYS[name]) ? KEYS[name].map((part) => row[part]) : row[KEYS[name]];

export class Store {
  constructor() {
    this.memory = Object.fromEntries(Object.keys(KEYS).map((name) => [name, new Map()]));
    this.refused = false;
    this.onRefused = () => {};
  }

  async open() {
    try {
      await this.database();
    } catch {
      this.refuse();
    }
  }

  database() {
    this.opening ||= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => {
        for (const [name, keyPath] of Object.entries(KEYS)) {
          if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
        }
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
      setTimeout(() => reject(new Error("The database does not open.")), 5000);
    }).then((database) => {
      // Another tab that logs out deletes the database; the next write opens a new one.
      const forget = () => {
        database.close();
        this.opening = null;
      };
      database.onclose = database.onversionchange = forget;
      return database;
    });
    this.opening.catch(() => (this.opening = null));
    return this.opening;
  }

  refuse() {
    if (this.refused) return;
    this.refused = true;
    this.onRefused();
  }

  async put(name, ...rows) {
    for (const row of rows) this.memory[name].set(String(keyOf(name, row)), row);
    if (this.refused) return;
    const write = () => this.run(name, "readwrite", (table) => rows.map((row) => table.put(row)));
    await write()
      .catch(() => this.writeAll(name))
      .catch(() => this.refuse());
  }

  // After a lost database: everything that this tab knows, into a new one.
  async writeAll(name) {
    this.opening = null;
    const rows = [...this.memory[name].values()];
    await this.run(name, "readwrite", (table) => rows.map((row) => table.put(row)));
  }

  async all(name) {
    const rows = new Map(this.memory[name]);
    if (!this.refused) {
      const stored = await this.run(name, "readonly", (table) => table.getAll()).catch(() => []);
      for (const row of stored) rows.set(String(keyOf(name, row)), row);
    }
    return [...rows.values()];
  }

  async remove(name, ...rows) {
    for (const row of rows) this.memory[name].delete(String(keyOf(name, row)));
    const drop = (table) => rows.map((row) => table.delete(keyOf(name, row)));
    if (!this.refused) await this.run(name, "readwrite", drop).catch(() => {});
  }

  async run(name, mode, act) {
    const database = await this.database();
    const transaction = database.transaction(name, mode, { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    const made = act(transaction.objectStore(name));
    const result = Array.isArray(made) ? null : settled(made);
    const [value] = await Promise.all([result, done]);
    return value;
  }
}
