// The live board: reads itself anew when the server says that something has changed. Without a
// connection the page still refreshes every few seconds.

const scheme = location.protocol === "https:" ? "wss" : "ws";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
let wait = FIRST_WAIT;

function connect() {
  const socket = new WebSocket(`${scheme}://${location.host}/ws/client/live-board/`);
  socket.addEventListener("open", () => (wait = FIRST_WAIT));
  socket.addEventListener("message", () => document.dispatchEvent(new Event("refresh-parts")));
  socket.addEventListener("close", (event) => {
    if (event.code >= 4400) return;
    setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}

connect();
