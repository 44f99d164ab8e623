// A client that behaves as the one of the book's chapter 4: global io.connect, prompts that block, one log on the page.
/* global document, io, location, performance, prompt */
var pad = document.getElementById('scratchPad');
var socket = io.connect(location.origin);
var channel = prompt('Enter signaling channel name:');

if (channel !== '') {
  socket.emit('create or join', channel);
}

function show(text, colour) {
  var line = document.createElement('p');
  line.style.color = colour || '';
  line.textContent = text;
  pad.appendChild(line);
}

function showTimed(text, colour) {
  show('Time: ' + (performance.now() / 1000).toFixed(3) + ' --> ' + text, colour);
}

function sendOrLeave(event, text) {
  if (text === 'Bye') {
    showTimed('Sending "Bye" to server...');
    socket.emit('Bye', channel);
    showTimed('Going to disconnect...');
    socket.disconnect();
    return;
  }
  socket.emit(event, { channel: channel, message: text });
}

socket.on('created', function (name) {
  showTimed('Channel ' + name + ' has been created!');
  showTimed('This peer is the initiator...');
});

socket.on('full', function (name) {
  showTimed('channel ' + name + ' is too crowded! Cannot allow you to enter, sorry :-(');
});

socket.on('remotePeerJoining', function (name) {
  showTimed('Message from server: request to join channel ' + name, 'red');
});

socket.on('joined', function (name) {
  showTimed('Message from server: joined ' + name, 'red');
});

socket.on('broadcast: joined', function (sentence) {
  showTimed('Broadcast message from server:', 'red');
  show(sentence, 'red');
  socket.emit('message', {
    channel: channel,
    message: prompt('Insert message to be sent to your peer:', ''),
  });
});

socket.on('message', function (text) {
  showTimed('Got message from other peer:');
  show(text, 'blue');
  socket.emit('response', { channel: channel, message: prompt('Send response to other peer:', '') });
});

socket.on('response', function (text) {
  showTimed('Got response from other peer:');
  show(text, 'blue');
  sendOrLeave('response', prompt('Keep on chatting. Write "Bye" to quit conversation', ''));
});

socket.on('Bye', function () {
  showTimed('Got "Bye" from other peer!');
  showTimed('Sending "Ack" to server');
  socket.emit('Ack');
  showTimed('Going to disconnect...');
  socket.disconnect();
});
