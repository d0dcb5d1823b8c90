-- What is asked for, by wrk: a mix of 95 % reads, in which few organisations, products and people are asked for often and most
-- seldom (Zipf, s = 1). One connection a thread, so that it is known which answer belongs to which request.
--
-- ERP_PORTS: the ports of the processes. ERP_RATE: requests per second of a thread, 0 for as many as there can be.

local ffi = require("ffi")
ffi.cdef[[ typedef struct { long s; long ns; } timespec; int clock_gettime(int clock, timespec *time); ]]

local time = ffi.new("timespec")
local function now()
    ffi.C.clock_gettime(1, time)
    return tonumber(time.s) * 1e6 + tonumber(time.ns) / 1e3
end

local rate = tonumber(os.getenv("ERP_RATE"))
local threads = {}

function setup(thread)
    local ports = {}
    for port in os.getenv("ERP_PORTS"):gmatch("%d+") do table.insert(ports, port) end
    table.insert(threads, thread)
    thread.addr = wrk.lookup("127.0.0.1", ports[#threads % #ports + 1])[1]
    thread:set("number", #threads)
end

-- ---- in each thread

-- Numbers from 1 on, k with a weight of 1/k.
local function zipf(limit)
    local sums, sum = {}, 0
    for k = 1, limit do
        sum = sum + 1 / k
        sums[k] = sum
    end
    return function()
        local at, low, high = math.random() * sum, 1, limit
        while low < high do
            local middle = math.floor((low + high) / 2)
            if sums[middle] < at then low = middle + 1 else high = middle end
        end
        return low
    end
end

local org, product, person, category, project = zipf(40), zipf(2500), zipf(500), zipf(50), zipf(100)

-- Weights in thousandths: a name, and what it sends.
local mix = {
    { 200, "permissions", function() return "GET", "/permissions" end },
    { 220, "product list", function()
        -- Of a category, of a range of prices, or of all.
        local filter = ({ "category=" .. category() .. "&", "from=" .. math.random(5) * 10000 .. "&", "" })[math.random(3)]
        local order = math.random(2) == 1 and "name" or "price"
        return "GET", "/products?" .. filter .. "order=" .. order .. "&page=" .. math.random(2)
    end },
    { 155, "product", function() return "GET", "/products/" .. product() end },
    { 80, "stock", function() return "GET", "/products/" .. product() .. "/stock" end },
    { 40, "categories", function() return "GET", "/categories" end },
    { 80, "dashboard", function() return "GET", "/dashboard" end },
    { 20, "trend", function() return "GET", "/reports/trend?from=2024-01&to=2025-12" end },
    { 20, "report", function() return "GET", "/reports/sales?by=branch&branch=" .. math.random(10) end },
    { 50, "projects", function() return "GET", "/projects" end },
    { 40, "profile", function() return "GET", "/profile" end },
    { 15, "dropdown", function() return "GET", "/dropdowns/terms" end },
    { 15, "reference", function() return "GET", "/reference/currency" end },
    { 10, "facility", function() return "GET", "/facility/" .. math.random(3) .. "/" .. math.random(4) .. "/orders" end },
    { 5, "search", function() return "GET", "/products?search=" .. math.random(9999) end },
    { 25, "write stock", function() return "PUT", "/products/" .. product() .. "/stock", tostring(1000000 + math.random(1000)) end },
    { 5, "write order", function()
        return "POST", "/orders", '{"product":' .. product() .. ',"branch":' .. math.random(10) .. ',"quantity":1,"on":"2025-12-14"}'
    end },
    { 6, "write project", function() return "PUT", "/projects/" .. project(), '"Project ' .. math.random(1000) .. '"' end },
    { 6, "write profile", function()
        return "PUT", "/profile", '{"name":"Person ' .. math.random(1000) .. '","mail":"a@example.com"}'
    end },
    { 4, "write grant", function() return "PUT", "/roles/" .. math.random(5) .. "/members/" .. person(), "null" end },
    { 3, "write price", function() return "PUT", "/products/" .. product(), '{"cents":' .. math.random(99999) .. "}" end },
    { 1, "write category", function() return "PUT", "/categories/" .. category(), '"Category ' .. math.random(1000) .. '"' end },
}

local asked, began = 1, 0

function init()
    math.randomseed(number * 7919)
    -- Texts of their own: wrk hands no table out.
    failed = 0
    for index = 1, #mix do
        _G["took_" .. index], _G["rest_" .. index] = "", ""
    end
end

if rate > 0 then
    -- Waits as if people came by chance: exponential. The time that an answer takes comes on top of it, so that the rate is a little
    -- lower.
    function delay()
        return -math.log(1 - math.random()) * 1000 / rate
    end
end

function request()
    local at = math.random(1000)
    for index, entry in ipairs(mix) do
        at = at - entry[1]
        if at <= 0 then asked = index; break end
    end
    local method, path, body = mix[asked][3]()
    local headers = { ["x-tenant"] = string.format("org-%02d", org()), ["x-user"] = person(), ["content-type"] = "application/json" }
    local text = wrk.format(method, path, headers, body)
    began = now()
    return text
end

function response(status)
    local rest = _G["rest_" .. asked] .. string.format("%d ", now() - began)
    -- Few long texts are made anew, and short ones often.
    if #rest > 1000 then
        _G["took_" .. asked] = _G["took_" .. asked] .. rest
        rest = ""
    end
    _G["rest_" .. asked] = rest
    if status >= 400 then failed = failed + 1 end
end

-- ---- when all is over

function done(summary)
    for index, entry in ipairs(mix) do
        io.write("took ", (entry[2]:gsub(" ", "-")), " ")
        for _, thread in ipairs(threads) do
            io.write(thread:get("took_" .. index), thread:get("rest_" .. index))
        end
        io.write("\n")
    end
    local failed = 0
    for _, thread in ipairs(threads) do failed = failed + thread:get("failed") end
    local errors = summary.errors
    io.write("failed ", failed + errors.connect + errors.read + errors.write + errors.timeout, "\n")
    io.write("requests ", summary.requests, " in ", summary.duration, "\n")
end
