"""What anybody may ask any shop, a subject a paragraph, for `club/ordinary.py`. Chinese is in simplified characters."""

QUESTIONS = """
do you have wifi
what is the wifi password
有没有无线网络
你们的WiFi密码是多少

can I pay by card
do you take cash or only cards
可以刷卡吗
能用微信付款吗

where is the toilet
is there somewhere to wash my hands
厕所在哪里
洗手间在哪

I want my money back
can I return this or exchange it
我想退货
可以换一个大一点的吗

my parcel arrived broken
this does not work any more
收到的东西是坏的
这个用不了了怎么修

can you send it abroad
what does delivery cost and how long does it take
能寄到北京吗
快递要几天，运费多少

is there parking nearby
how do I get to you by bus
where exactly are you, what is the address
你们有停车位吗
怎么走，在哪一站下车

do you have vegan cookies
is there sugar or milk in it
how much caffeine is in this
有没有无糖的点心
里面有牛奶吗

can I book a table for six
do you have a room for two nights
I would like to hire the place for a party
想订一个六人桌
还有双人房吗

how much does this cost
what is the price of the big one
这个多少钱
最便宜的是哪一种

do you sell gift wrapping
is it still in stock and do you have it in blue
这款还有货吗
有蓝色的吗，能不能包装

which one is best for a beginner
what would you recommend to drink before sleep
送长辈买什么好
推荐哪一款

how do I use this
how long does it keep once it is opened
这个怎么用
打开以后能放多久

are you hiring
do you have a job for a student
你们招人吗
我想来兼职

who is the owner
can I speak to the manager, please call me back
老板是谁
请给我回个电话

I lost my umbrella in your shop
did anybody find my keys
我的雨伞忘在你们店里了
有人捡到钥匙吗

can I bring my dog and my children
is it all right with a wheelchair
可以带狗进来吗
有没有儿童座椅

I need an invoice for my company
could you send me the receipt again
可以开发票吗
发票抬头写错了

tell me a joke
what is the weather like
are you a robot
你是机器人吗
今天天气怎么样

what would be a nice present for my mother
I am looking for a gift for my wife
想给朋友挑个礼物
送客户送什么合适
老人家收到什么会高兴

do members get anything on their birthday
what does a member get for free
当会员有什么好处
会员有赠品拿吗
入会送不送东西

what is the difference between the two
which of them is better
这两种有什么区别
哪个更好

is it healthy
is it bad for pregnant women
对身体有什么好处
胃不好能用吗
有没有副作用

where does it come from
who makes this
这是哪里产的
是你们自己做的吗

is it organic or fair trade
does it have a seal of quality
有质检报告吗
是有机的吗

is it the real thing or a copy
how do I know that it is genuine
是正品吗
怎么分辨真假

do you have other shops in the country
will you open one in my city
别的城市有分店吗
什么时候开到我们那边

can I become a partner or open a branch of yours
do you sell to resellers
可以加盟吗
批发什么价

do you give a discount for students
is there anything on sale
有什么优惠
能便宜一点吗
打几折

can I order online
do you have a website
有网店吗
在哪里下单

is there a guarantee
how long is the warranty
有保修吗
保修几年

can you engrave my name on it
do you make things to order
可以刻字吗
能定做吗

can I come and see how it is made
do you give tours
可以参观吗
能去你们工厂看看吗

do you give courses
can you teach me how that is done
有培训班吗
能教我吗

how do I clean it
may it go into the dishwasher
怎么清洗
脏了怎么办

is it safe for my cat
does it hurt animals
宠物可以用吗
猫能碰吗

which size is right for me
how heavy is it
尺寸多大
有多重

what is it made of
does it contain nuts
是什么材料的
含有什么成分

which one is the most popular
what is new this month
卖得最好的是哪个
有什么新品

can I try it before
do you have samples
有试用装吗
能先试试吗

do you buy used things
will you take back the old one
收旧的吗
可以以旧换新吗

can I donate something
do you support a charity
能捐东西吗
你们做公益吗

may I take photos inside
do you mind if I film
店里可以拍照吗
能录像吗

can I charge my phone
may I use your computer
可以充电吗
能借用一下电脑吗

can I leave my suitcase with you
is there a locker
能寄存行李吗
东西可以先放在你们这儿吗

is there something to eat nearby
can you recommend a restaurant
附近有什么好吃的
哪儿有提款机

do you have a room for children to play
what is there to do for teenagers
孩子有地方玩吗
适合几岁的孩子

I have forgotten my password
how do I change my phone number
密码忘了
我换手机号了怎么改

how do I delete my account
what do you do with my data
怎么注销会员
我的资料安全吗

can I give my card to a friend
may my husband use my card
卡可以借别人用吗
能把会员转给家人吗

how do I join
what does it cost to be a member
怎么办会员
入会要交钱吗

can I bring a friend
do I get something for bringing a friend
介绍朋友来有奖励吗
能带人一起来吗

why is nobody answering the phone
what is your phone number
你们电话多少
怎么联系你们

are you on instagram
where can I leave a review
有公众号吗
在哪里写评价

you charged me twice
there is a mistake on my bill
你们多收了我的钱
账单不对

where is my order
has it been sent already
我的东西到哪了
单子还没动静

can I change my order
I typed the wrong address
订单能改吗
地址写错了怎么改

do you speak spanish
is there somebody who speaks chinese
会说英语吗
有没有会讲粤语的

who won the game last night
what is the capital of peru
谁是美国总统
讲个笑话

can you help me with my homework
write a text for me
帮我写一段话
帮我翻译一下

how do I get thinner
what helps against a headache
怎么减肥
头疼吃什么药

how old is your shop
when did you start
你们开了多少年
谁创办的

what music is that
how warm is it inside
放的是什么歌
店里冷不冷

how does one grow it at home
can I make this myself
自己在家能做吗
怎么种

how many people fit in
can I have the whole place for a wedding
能坐多少人
可以包场吗

may I smoke there
can I bring my own food
可以抽烟吗
能自带吃的吗

is it very loud
when is it least crowded
什么时候人少
要排队吗

what should I wear
do I have to bring anything
要穿什么
需要自己带什么

could you put it aside for me until tomorrow
please keep one for me
能帮我留一个吗
可以先预留吗

I am allergic
can I have it without
我过敏
可以不放吗

what do you think of me
do you love me
你几岁了
你有女朋友吗
"""
