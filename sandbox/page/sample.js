// A photo and a voice message made on the spot.

const scenes = [
  { wall: ["#f6d9b8", "#e9a56f"], table: "#8a4f2d", cup: "#fdfaf4", drink: "#6b3a1e" },
  { wall: ["#cfe5dc", "#7fb5a3"], table: "#5b4636", cup: "#f3e9d8", drink: "#7d8f3b" },
  { wall: ["#d6dcf3", "#93a3d8"], table: "#51405e", cup: "#ffffff", drink: "#a63d3d" },
];
let taken = 0;

/** A cup of tea on a counter; with a crack in it every second time, for complaints. */
export async function samplePhoto() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 960, height: 720 });
  const pen = canvas.getContext("2d");
  const scene = scenes[taken % scenes.length];
  const wall = pen.createLinearGradient(0, 0, 960, 560);
  wall.addColorStop(0, scene.wall[0]);
  wall.addColorStop(1, scene.wall[1]);
  pen.fillStyle = wall;
  pen.fillRect(0, 0, 960, 720);
  pen.fillStyle = "rgb(255 255 255 / 35%)";
  for (const x of [90, 250]) pen.fillRect(x, 70, 140, 260);
  pen.fillStyle = scene.table;
  pen.fillRect(0, 520, 960, 200);
  shape(pen, "rgb(0 0 0 / 25%)", () => pen.ellipse(500, 610, 250, 34, 0, 0, 7));
  pen.lineWidth = 34;
  pen.strokeStyle = scene.cup;
  pen.beginPath();
  pen.arc(690, 430, 74, -1.4, 1.6);
  pen.stroke();
  shape(pen, scene.cup, () => {
    pen.moveTo(310, 320);
    pen.bezierCurveTo(320, 640, 390, 620, 500, 620);
    pen.bezierCurveTo(610, 620, 680, 640, 690, 320);
  });
  shape(pen, scene.cup, () => pen.ellipse(500, 320, 190, 46, 0, 0, 7));
  shape(pen, scene.drink, () => pen.ellipse(500, 324, 168, 34, 0, 0, 7));
  pen.lineWidth = 12;
  pen.lineCap = "round";
  pen.strokeStyle = "rgb(255 255 255 / 55%)";
  for (const x of [430, 500, 570]) {
    pen.beginPath();
    pen.moveTo(x, 250);
    pen.bezierCurveTo(x - 40, 200, x + 40, 170, x, 110);
    pen.stroke();
  }
  if (taken % 2) crack(pen);
  taken += 1;
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.86); });
  return new File([blob], `photo-${taken}.jpg`, { type: "image/jpeg" });
}

function shape(pen, colour, path) {
  pen.fillStyle = colour;
  pen.beginPath();
  path();
  pen.fill();
}

function crack(pen) {
  pen.lineWidth = 5;
  pen.strokeStyle = "#2b2320";
  pen.beginPath();
  for (const [x, y] of [[420, 366], [446, 420], [424, 462], [462, 512], [444, 566]]) pen.lineTo(x, y);
  pen.stroke();
}

/** Two seconds of a soft tone, as WAV. */
export function sampleVoice() {
  const rate = 8000;
  const count = rate * 2;
  const view = new DataView(new ArrayBuffer(44 + count * 2));
  const word = (at, text) => [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + count * 2, true);
  word(8, "WAVEfmt ");
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, rate, 4], [28, rate * 2, 4], [32, 2, 2], [34, 16, 2]].forEach(([at, value, bytes]) =>
    (bytes === 4 ? view.setUint32(at, value, true) : view.setUint16(at, value, true)));
  word(36, "data");
  view.setUint32(40, count * 2, true);
  for (let at = 0; at < count; at += 1) {
    const swell = Math.sin((Math.PI * at) / count) * Math.sin(at / 900) ** 2;
    view.setInt16(44 + at * 2, 9000 * swell * Math.sin((2 * Math.PI * (220 + 40 * Math.sin(at / 2500)) * at) / rate), true);
  }
  return new File([view.buffer], "voice.wav", { type: "audio/wav" });
}
