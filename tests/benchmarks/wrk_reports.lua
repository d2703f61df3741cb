-- The reports that `wrk` posts: the same as those of `load.py`.
local codes = {101, 112, 201}
local run, number = "wrk", -1

function init(arguments)
   run = arguments[1] or run
   wrk.method = "POST"
   wrk.headers["Content-Type"] = "application/json"
end

function request()
   number = number + 1
   local batch = math.floor(number / 3000)
   local code = codes[math.floor(number % 3000 / 1000) + 1]
   local body = string.format(
      '{"messageId": "%s-%06d-%03d", "batchId": "%s-%06d", "recipient": "46712345678", ' ..
      '"code": %d, "duration": %d, "created": "2026-03-01T12:00:00", "segments": 1, ' ..
      '"price": 0.35, "currency": "sek", "reference": "wrk"}',
      run, batch, number % 1000, run, batch, code, code == 201 and 1 or 0)
   return wrk.format(nil, nil, nil, body)
end
