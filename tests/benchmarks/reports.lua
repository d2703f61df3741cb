-- Reports for wrk: another load generator, which takes less of the processor than ours.
local run = "wrk"
local count = 0
local body = '{"messageId": "%s-%d", "batchId": "%s-%d", "recipient": "46701234567", "code": 201, '
  .. '"duration": 1, "created": "2026-03-01T10:00:00Z", "segments": 2, "price": 0.082, '
  .. '"currency": "eur", "reference": "A reference"}'

function init(arguments)
  run = arguments[1]
end

function request()
  count = count + 1
  local report = string.format(body, run, count, run, math.floor(count / 1000))
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, report)
end

function done(summary)
  local errors = summary.errors
  io.write(string.format("requests=%d us=%d failed=%d\n", summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
